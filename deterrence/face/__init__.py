"""What users of the package meet: its verbs, and the model that carries them.

Every verb is a function of the package ``deterrence`` (``solve``, ``regimes``, ``sweep``
...); :class:`~deterrence.face.model.Model` has those that begin with a model as methods of
the same name.  Nothing is computed here: each verb reads what it is given and calls the
layer that knows.

Values are given in the same way everywhere: ``scenario`` names one of the model's
scenarios, ``values`` is a mapping, and every other keyword is the name of a parameter.
Text such as ``"15/2"``, whole numbers and fractions are exact; floats stay floats.  A
parameter that is called like an option has to stand in ``values``.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> one, other = model.solve(k_R="15/2"), model.solve(values={"k_R": "15/2"})
>>> one.equilibria[2].profile == other.equilibria[2].profile
True
"""

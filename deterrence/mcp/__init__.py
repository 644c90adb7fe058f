"""A server of the Model Context Protocol: the verbs of the package as tools of a language model.

:mod:`~deterrence.mcp.arguments` reads what a tool is told, :mod:`~deterrence.mcp.tools` has the
tools, :mod:`~deterrence.mcp.worker` runs one call in a process of its own, and
:mod:`~deterrence.mcp.server` speaks with the client.  Tools take the name of a model that ships or
the text of one, and touch no file.  The reasons are in docs/decisions/0037-language-models.md.
"""

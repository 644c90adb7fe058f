"""The format of a model file: what may stand where, as pydantic models, without any meaning."""

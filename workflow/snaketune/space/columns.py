"""The type of a table's column, from the values that it has."""

from collections.abc import Collection, Iterable

__all__ = ["column_type", "common_type"]


def column_type(values: Collection[object]) -> str:
    """The pandas type whose columns give back these JSON values: boolean, Int64, Float64, string, or object."""
    return common_type(_type(value) for value in values)


def common_type(types: Iterable[str]) -> str:
    """The type of a column that has values of all these types: of several, object, so that 1 stays 1."""
    found = set(types)
    return next(iter(found), "boolean") if len(found) < 2 else "object"


def _type(value: object) -> str:
    return {bool: "boolean", int: "Int64", float: "Float64", str: "string"}.get(type(value), "object")

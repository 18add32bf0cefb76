"""The type of a table's column, from the values that it has."""

from collections.abc import Collection, Iterable

__all__ = ["column_type", "common_type"]


def column_type(values: Collection[object]) -> str:
    """The pandas type that holds JSON values: boolean, Int64, Float64 or string."""
    return common_type(_type(value) for value in values)


def common_type(types: Iterable[str]) -> str:
    """The type of a column that has values of all these types."""
    found = set(types)
    if len(found) < 2:
        return next(iter(found), "boolean")
    return "Float64" if found == {"Int64", "Float64"} else "string"


def _type(value: object) -> str:
    return {bool: "boolean", int: "Int64", float: "Float64"}.get(type(value), "string")

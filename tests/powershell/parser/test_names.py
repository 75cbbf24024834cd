import pytest

from emulator.powershell.parser import parse
from emulator.powershell.parser.ast import ArrayTypeName, GenericTypeName, TypeExpressionAst
from emulator.powershell.parser.names import variable_path


@pytest.mark.parametrize(
    ("text", "scope", "drive", "unqualified", "is_variable"),
    [
        ("x", None, None, "x", True),
        ("script:x", "script", None, "x", True),
        ("GLOBAL:x", "global", None, "x", True),
        ("private:x", "private", None, "x", True),
        ("local:x", "local", None, "x", True),
        ("env:Path", None, "env", "Path", False),
        ("function:prompt", None, "function", "prompt", False),
        ("C:\\a", None, "C", "\\a", False),
        ("variable:x", None, None, "x", True),
        ("variable:global:x", "global", None, "x", True),
        (":x", None, None, ":x", True),
    ],
)
def test_a_variable_path_tells_scope_and_drive(text, scope, drive, unqualified, is_variable):
    path = variable_path(text)
    assert (path.scope, path.drive_name, path.unqualified_path, path.is_variable) == (
        scope,
        drive,
        unqualified,
        is_variable,
    )
    assert path.user_path == text


def type_name(text: str):
    return next(node for node in parse(text).ast.walk() if isinstance(node, TypeExpressionAst)).type_name


def test_an_array_type_tells_rank_and_element():
    name = type_name("[int[,,][]]")
    assert isinstance(name, ArrayTypeName)
    assert (name.rank, name.element_type.rank, name.element_type.element_type.name) == (1, 3, "int")
    assert name.full_name == "int[,,][]"


def test_a_generic_type_tells_its_arguments():
    name = type_name("[Dictionary[ string, List[int] ]]")
    assert isinstance(name, GenericTypeName)
    assert [argument.full_name for argument in name.generic_arguments] == ["string", "List[int]"]
    assert name.extent.text == "Dictionary[ string, List[int] ]"


def test_an_assembly_name_belongs_to_the_type():
    name = type_name("[System.A, My.Asm, Version=1.0.0.0, Culture=neutral]")
    assert (name.name, name.assembly_name) == ("System.A", "My.Asm, Version=1.0.0.0, Culture=neutral")


def test_long_names_are_not_shared():
    assert variable_path("a") is variable_path("a")
    assert variable_path("a" * 500) is not variable_path("a" * 500)

"""The syntax tree: the classes of System.Management.Automation.Language, with properties in snake_case.

Sequences are tuples. ``extent`` is the first field of every node. Fields that 5.1 leaves null are None. A
node does not know its parent (`Ast.parents` makes a table when one is needed) and is never changed once made.
"""

from __future__ import annotations

from decimal import Decimal

from emulator.powershell.parser.extents import EMPTY_EXTENT as EMPTY_EXTENT
from emulator.powershell.parser.extents import Extent as Extent
from emulator.powershell.parser.extents import Source as Source
from emulator.powershell.parser.names import AnyTypeName as AnyTypeName
from emulator.powershell.parser.names import ArrayTypeName as ArrayTypeName
from emulator.powershell.parser.names import GenericTypeName as GenericTypeName
from emulator.powershell.parser.names import TypeName as TypeName
from emulator.powershell.parser.names import VariablePath as VariablePath
from emulator.powershell.parser.node import Ast as Ast
from emulator.powershell.parser.token_kinds import TokenKind as TokenKind
from emulator.powershell.parser.values import ModuleSpecification as ModuleSpecification
from emulator.powershell.parser.values import RedirectionStream as RedirectionStream
from emulator.powershell.parser.values import ScriptRequirements as ScriptRequirements
from emulator.powershell.parser.values import StringConstantType as StringConstantType

# Families. An expression is a command element, because it can stand as an argument.


class StatementAst(Ast):
    """Any statement."""


class PipelineBaseAst(StatementAst):
    """What can stand where a pipeline can: a pipeline, an assignment, a chain, an error statement."""


class CommandElementAst(Ast):
    """A part of a command: its name, an argument or a parameter."""


class ExpressionAst(CommandElementAst):
    """Any expression."""


class CommandBaseAst(StatementAst):
    """An element of a pipeline."""

    redirections: tuple[RedirectionAst, ...]


class RedirectionAst(Ast):
    """A redirection of one stream (or of all)."""

    from_stream: RedirectionStream


class AttributeBaseAst(Ast):
    """An attribute or a type constraint."""

    type_name: AnyTypeName


class MemberAst(Ast):
    """A member of a class or enum."""


class LabeledStatementAst(StatementAst):
    """A loop or switch; ``label`` is the name without the colon, None without one."""

    label: str | None
    condition: PipelineBaseAst | None


class LoopStatementAst(LabeledStatementAst):
    """A loop."""

    body: StatementBlockAst


# Errors: what stands in the tree where the text was wrong.


class ErrorStatementAst(PipelineBaseAst):
    """Stands for a statement with a parse error.

    ``nested_ast`` holds the parts that could be read. A broken ``switch`` has its condition in
    ``conditions``, what was read of its clauses in ``bodies``, and in ``flags`` its parameters: the name in
    small letters, the extent of the token, the value (of ``-file``).
    """

    nested_ast: tuple[Ast, ...] = ()
    conditions: tuple[Ast, ...] = ()
    bodies: tuple[Ast, ...] = ()
    flags: tuple[tuple[str, Extent, Ast | None], ...] = ()


class ErrorExpressionAst(ExpressionAst):
    """Stands for an expression with a parse error."""

    nested_ast: tuple[Ast, ...] = ()


# Scripts, blocks and definitions


class ScriptBlockAst(Ast):
    """A script, or the inside of a script block or function body."""

    using_statements: tuple[UsingStatementAst, ...]
    attributes: tuple[AttributeAst, ...]
    param_block: ParamBlockAst | None
    begin_block: NamedBlockAst | None
    process_block: NamedBlockAst | None
    end_block: NamedBlockAst | None
    dynamic_param_block: NamedBlockAst | None
    clean_block: NamedBlockAst | None = None
    script_requirements: ScriptRequirements | None = None


class ParamBlockAst(Ast):
    """``param(...)`` with the attributes before it."""

    attributes: tuple[AttributeBaseAst, ...]
    parameters: tuple[ParameterAst, ...]


class NamedBlockAst(Ast):
    """``begin``, ``process``, ``end``, ``dynamicparam``; ``unnamed`` when the keyword was left out."""

    block_kind: TokenKind
    statements: tuple[StatementAst, ...]
    traps: tuple[TrapStatementAst, ...]
    unnamed: bool


class StatementBlockAst(Ast):
    """Statements in braces or in ``$( )`` and ``@( )``; traps are listed apart."""

    statements: tuple[StatementAst, ...]
    traps: tuple[TrapStatementAst, ...]


class NamedAttributeArgumentAst(Ast):
    """``Name = value`` in an attribute; ``expression_omitted`` for the bare ``Name`` that means $true."""

    argument_name: str
    argument: ExpressionAst
    expression_omitted: bool


class AttributeAst(AttributeBaseAst):
    """``[Name(...)]``."""

    positional_arguments: tuple[ExpressionAst, ...]
    named_arguments: tuple[NamedAttributeArgumentAst, ...]


class TypeConstraintAst(AttributeBaseAst):
    """``[type]`` before a parameter, property, variable or operand."""


class ParameterAst(Ast):
    """A parameter of a function, script block or method. ``name`` is its variable."""

    name: VariableExpressionAst
    attributes: tuple[AttributeBaseAst, ...]
    default_value: ExpressionAst | None


class FunctionDefinitionAst(StatementAst):
    """A function, filter or workflow; ``parameters`` is None unless some stand behind the name."""

    is_filter: bool
    is_workflow: bool
    name: str
    parameters: tuple[ParameterAst, ...] | None
    body: ScriptBlockAst


class TypeDefinitionAst(StatementAst):
    """A class or an enum (``type_kind`` is ``CLASS`` or ``ENUM``)."""

    name: str
    attributes: tuple[AttributeAst, ...]
    base_types: tuple[TypeConstraintAst, ...]
    members: tuple[MemberAst, ...]
    type_kind: TokenKind

    @property
    def is_class(self) -> bool:
        """True for a class."""
        return self.type_kind is TokenKind.CLASS

    @property
    def is_enum(self) -> bool:
        """True for an enum."""
        return self.type_kind is TokenKind.ENUM


class PropertyMemberAst(MemberAst):
    """A property of a class or a literal of an enum."""

    name: str
    property_type: TypeConstraintAst | None
    attributes: tuple[AttributeAst, ...]
    is_static: bool
    is_hidden: bool
    initial_value: ExpressionAst | None


class FunctionMemberAst(MemberAst):
    """A method or constructor. The body and parameters are those of the function definition inside."""

    function_definition_ast: FunctionDefinitionAst
    return_type: TypeConstraintAst | None
    attributes: tuple[AttributeAst, ...]
    is_static: bool
    is_hidden: bool
    is_constructor: bool

    @property
    def name(self) -> str:
        """The name of the method; that of the class for a constructor."""
        return self.function_definition_ast.name

    @property
    def parameters(self) -> tuple[ParameterAst, ...]:
        """The parameters, possibly none."""
        return self.function_definition_ast.parameters or ()

    @property
    def body(self) -> ScriptBlockAst:
        """The body; a constructor's first statement is its call of the base constructor."""
        return self.function_definition_ast.body


class UsingStatementAst(StatementAst):
    """``using namespace X``, ``using module X``, ``using assembly X``; the kind is that token kind."""

    using_statement_kind: TokenKind
    name: StringConstantExpressionAst | None
    alias: StringConstantExpressionAst | None
    module_specification: HashtableAst | None


class DataStatementAst(StatementAst):
    """``data name -supportedCommand x { }``; ``variable`` is None when the result goes to the pipeline."""

    variable: str | None
    commands_allowed: tuple[ExpressionAst, ...]
    body: StatementBlockAst


class ConfigurationDefinitionAst(StatementAst):
    """``configuration name { }`` (DSC)."""

    instance_name: ExpressionAst
    body: ScriptBlockExpressionAst
    is_meta_configuration: bool


class DynamicKeywordStatementAst(StatementAst):
    """A DSC resource or node inside a configuration: ``File name { Property = value }``."""

    command_elements: tuple[CommandElementAst, ...]
    instance_name: ExpressionAst | None
    body: ExpressionAst | None


class BlockStatementAst(StatementAst):
    """``parallel { }``, ``sequence { }`` or ``inlinescript { }`` of a workflow; ``block_kind`` names it."""

    block_kind: TokenKind
    body: StatementBlockAst


# Statements


class IfStatementAst(StatementAst):
    """``if``, ``elseif`` ... as (condition, body) pairs, and the ``else`` body."""

    clauses: tuple[tuple[PipelineBaseAst, StatementBlockAst], ...]
    else_clause: StatementBlockAst | None


class ForEachStatementAst(LoopStatementAst):
    """``foreach ($variable in condition) { }``."""

    variable: VariableExpressionAst
    is_parallel: bool = False
    throttle_limit: ExpressionAst | None = None


class ForStatementAst(LoopStatementAst):
    """``for (initializer; condition; iterator) { }``; each part may be None."""

    initializer: PipelineBaseAst | None
    iterator: PipelineBaseAst | None


class WhileStatementAst(LoopStatementAst):
    """``while (condition) { }``."""


class DoWhileStatementAst(LoopStatementAst):
    """``do { } while (condition)``."""


class DoUntilStatementAst(LoopStatementAst):
    """``do { } until (condition)``."""


class SwitchStatementAst(LabeledStatementAst):
    """``switch``; ``flags`` has lower-case names: regex, wildcard, exact, casesensitive, file, parallel."""

    flags: frozenset[str]
    clauses: tuple[tuple[ExpressionAst, StatementBlockAst], ...]
    default: StatementBlockAst | None


class CatchClauseAst(Ast):
    """``catch [types] { }``; no types means every error."""

    catch_types: tuple[TypeConstraintAst, ...]
    body: StatementBlockAst


class TryStatementAst(StatementAst):
    """``try { } catch { } finally { }``."""

    body: StatementBlockAst
    catch_clauses: tuple[CatchClauseAst, ...]
    finally_: StatementBlockAst | None


class TrapStatementAst(StatementAst):
    """``trap [type] { }``."""

    trap_type: TypeConstraintAst | None
    body: StatementBlockAst


class BreakStatementAst(StatementAst):
    """``break``; the label is an expression, mostly a bare word."""

    label: ExpressionAst | None


class ContinueStatementAst(StatementAst):
    """``continue``; the label is an expression, mostly a bare word."""

    label: ExpressionAst | None


class ReturnStatementAst(StatementAst):
    """``return`` with an optional pipeline."""

    pipeline: PipelineBaseAst | None


class ExitStatementAst(StatementAst):
    """``exit`` with an optional pipeline."""

    pipeline: PipelineBaseAst | None


class ThrowStatementAst(StatementAst):
    """``throw`` with an optional pipeline."""

    pipeline: PipelineBaseAst | None


class AssignmentStatementAst(PipelineBaseAst):
    """``left operator right``; the right side is any statement."""

    left: ExpressionAst
    operator: TokenKind
    right: StatementAst
    error_position: Extent


# Pipelines and commands


class PipelineAst(PipelineBaseAst):
    """Elements joined by ``|``; ``background`` only from PowerShell 6 on."""

    pipeline_elements: tuple[CommandBaseAst, ...]
    background: bool = False


class PipelineChainAst(PipelineBaseAst):
    """``left && right`` or ``left || right`` (PowerShell 7)."""

    lhs_pipeline_chain: PipelineBaseAst
    operator: TokenKind
    rhs_pipeline: PipelineAst
    background: bool = False


class CommandAst(CommandBaseAst):
    """A command; ``invocation_operator`` is AMPERSAND, DOT or UNKNOWN (none)."""

    command_elements: tuple[CommandElementAst, ...]
    invocation_operator: TokenKind

    def get_command_name(self) -> str | None:
        """The name when it is constant text, else None."""
        first = self.command_elements[0] if self.command_elements else None
        return first.value if isinstance(first, StringConstantExpressionAst) else None


class CommandExpressionAst(CommandBaseAst):
    """An expression as an element of a pipeline."""

    expression: ExpressionAst


class CommandParameterAst(CommandElementAst):
    """``-Name`` or ``-Name:argument``; the name has no dash, ``error_position`` is that of ``-Name``."""

    parameter_name: str
    argument: ExpressionAst | None
    error_position: Extent


class MergingRedirectionAst(RedirectionAst):
    """``2>&1``."""

    to_stream: RedirectionStream


class FileRedirectionAst(RedirectionAst):
    """``> file``, ``2>> file``."""

    location: ExpressionAst
    append: bool


# Expressions


class AttributedExpressionAst(ExpressionAst):
    """``[attribute()] child``."""

    attribute: AttributeBaseAst
    child: ExpressionAst


class ConvertExpressionAst(AttributedExpressionAst):
    """``[type] child``."""

    attribute: TypeConstraintAst

    @property
    def type(self) -> TypeConstraintAst:
        """The type constraint (the same node as ``attribute``)."""
        return self.attribute


class TernaryExpressionAst(ExpressionAst):
    """``condition ? if_true : if_false`` (PowerShell 7)."""

    condition: ExpressionAst
    if_true: ExpressionAst
    if_false: ExpressionAst


class BinaryExpressionAst(ExpressionAst):
    """``left operator right``; ``error_position`` is the operator."""

    left: ExpressionAst
    operator: TokenKind
    right: ExpressionAst
    error_position: Extent


class UnaryExpressionAst(ExpressionAst):
    """A prefix operator, or a postfix one (POSTFIX_PLUS_PLUS, POSTFIX_MINUS_MINUS)."""

    token_kind: TokenKind
    child: ExpressionAst


class MemberExpressionAst(ExpressionAst):
    """``expression.member`` or ``expression::member``; ``null_conditional`` is ``?.`` of PowerShell 7."""

    expression: ExpressionAst
    member: ExpressionAst
    static: bool
    null_conditional: bool = False


class InvokeMemberExpressionAst(MemberExpressionAst):
    """``expression.member(arguments)``; ``arguments`` is None for an empty list, as in .NET."""

    arguments: tuple[ExpressionAst, ...] | None = None
    generic_type_arguments: tuple[AnyTypeName, ...] = ()


class BaseCtorInvokeMemberExpressionAst(InvokeMemberExpressionAst):
    """``: base(arguments)`` of a constructor."""


class TypeExpressionAst(ExpressionAst):
    """``[type]`` as a value."""

    type_name: AnyTypeName


class VariableExpressionAst(ExpressionAst):
    """``$name`` or, splatted, ``@name``."""

    variable_path: VariablePath
    splatted: bool = False


class ConstantExpressionAst(ExpressionAst):
    """A number; ``static_type_name`` is int, long, decimal, double, string or bool (attributes only)."""

    value: int | float | Decimal | str
    static_type_name: str


class StringConstantExpressionAst(ConstantExpressionAst):
    """Text without anything to expand."""

    value: str
    string_constant_type: StringConstantType


class ExpandableStringExpressionAst(ExpressionAst):
    """Text with variables or ``$( )`` in it.

    ``value`` is the text after escapes with the parts still as written (what ``Value`` shows in .NET).
    ``nested_expressions`` are the parts to expand and ``literals`` the text around them: always one literal
    more than expressions, so that the result is literals[0] + text of [0] + literals[1] + ...
    """

    value: str
    string_constant_type: StringConstantType
    nested_expressions: tuple[ExpressionAst, ...]
    literals: tuple[str, ...]


class ScriptBlockExpressionAst(ExpressionAst):
    """``{ ... }`` as a value."""

    script_block: ScriptBlockAst


class ArrayLiteralAst(ExpressionAst):
    """``a, b`` or the unary ``,a``."""

    elements: tuple[ExpressionAst, ...]


class HashtableAst(ExpressionAst):
    """``@{ key = statement }`` as (key, value) pairs in the order of the text."""

    key_value_pairs: tuple[tuple[ExpressionAst, StatementAst], ...]


class ArrayExpressionAst(ExpressionAst):
    """``@( ... )``."""

    sub_expression: StatementBlockAst


class ParenExpressionAst(ExpressionAst):
    """``( pipeline )``."""

    pipeline: PipelineBaseAst


class SubExpressionAst(ExpressionAst):
    """``$( ... )``."""

    sub_expression: StatementBlockAst


class UsingExpressionAst(ExpressionAst):
    """``$using:x``; the inner expression is the variable without ``using:``, or members and items of it."""

    sub_expression: ExpressionAst


class IndexExpressionAst(ExpressionAst):
    """``target[index]``; ``null_conditional`` is ``?[`` of PowerShell 7."""

    target: ExpressionAst
    index: ExpressionAst
    null_conditional: bool = False

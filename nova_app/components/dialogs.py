"""What native dialogs have in common."""

from __future__ import annotations

from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var

from nova_app.stores.base import RUNTIME


def as_modal(dialog_id: str, is_wanted: Var[bool]) -> Var[str]:
    """Show the dialog as a modal one while it is wanted; the value says which."""
    data = VarData.merge(
        is_wanted._get_all_var_data(),
        VarData(
            imports={RUNTIME: [ImportVar(tag="useModal")]},
            hooks={f'useModal("{dialog_id}", {is_wanted!s})': None},
        ),
    )
    return Var(_js_expr=f'({is_wanted!s} ? "true" : "false")', _var_type=str, _var_data=data)

"""What a component renders, with the parts that Reflex compiles apart (``rx.memo``)."""

from __future__ import annotations

import re

from reflex_base.components.memo import MEMOS, MemoComponentDefinition


def trees(component):
    """The rendered tree of a component, and after it those of the memos in it; each memo once."""
    found, names = [component.render()], set()
    for tree in found:
        for memo in MEMOS.values():
            if isinstance(memo, MemoComponentDefinition) and memo.export_name not in names and _holds(tree, memo):
                names.add(memo.export_name)
                found.append(memo.component.render())
    return found


def _holds(tree, memo):
    return re.search(rf"'name': '{memo.export_name}(_\w+)?'", str(tree)) is not None

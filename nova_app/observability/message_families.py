"""The families of messages and their delivery; part of the catalogue."""

from __future__ import annotations

from nova_app.domain.models import ConversationKind
from nova_app.observability.family import LATENCY, OTHER, counter, histogram, hot

CONVERSATIONS = tuple(str(kind) for kind in ConversationKind)

DELIVERIES = hot(
    counter(
        "nova_message_deliveries_total",
        "Events for a member's socket, by outcome: written, lost with the connection, or dropped because the client "
        "left. Nothing is lost: clients resume after a reconnect.",
        outcome=("delivered", "failed", "expired"),
    ),
    counter(
        "nova_message_delivery_failures_total",
        "Deliveries that failed, by cause.",
        reason=("timeout", "connection_lost", "queue_full", "storage", OTHER),
    ),
    histogram(
        "nova_message_delivery_latency_seconds",
        "From the commit of a frame's oldest event until it is written: live, or from the log after a reconnect.",
        (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
        path=("live", "queued"),
    ),
    histogram("nova_message_ack_latency_seconds", "From receiving messages to acknowledging them.", LATENCY),
    counter("nova_message_duplicates_total", "Messages that clients sent again; the answer names the first one."),
    counter("nova_message_gaps_total", "Gaps that clients found and asked to repair."),
)

MESSAGES = (
    counter(
        "nova_messages_accepted_total",
        "Messages that were stored, by type of conversation.",
        conversation_type=CONVERSATIONS,
    ),
    counter(
        "nova_message_changes_total",
        "Edits, deletions and reactions, by result; a duplicate was done before.",
        action=("edit", "delete", "react"),
        result=("ok", "duplicate", "refused", "rate_limited", "error"),
    ),
    counter(
        "nova_link_previews_total",
        "Pages that were to be fetched for a link preview: with a title, without, at an address that is not allowed, "
        "not reached, or not tried because their author had posted too many links.",
        result=("shown", "empty", "refused", "unreachable", "rate_limited"),
    ),
    counter(
        "nova_conversation_changes_total",
        "Members added, removed or gone, changed roles and renamed groups, by result.",
        action=("add_member", "remove_member", "leave", "change_role", "rename"),
        result=("ok", "refused", "rate_limited", "error"),
    ),
    counter(
        "nova_post_changes_total",
        "Posts, their edits, deletions, reactions and comments, by result; a duplicate was done before.",
        action=("create", "edit", "delete", "react", "comment", "delete_comment"),
        result=("ok", "duplicate", "refused", "rate_limited", "error"),
    ),
    *DELIVERIES,
    counter(
        "nova_conversation_creations_total",
        "Attempts to start a conversation, by type and result.",
        type=CONVERSATIONS,
        result=("success", "invalid", "error"),
    ),
    histogram("nova_conversation_creation_duration_seconds", "Time to start a conversation.", LATENCY),
)

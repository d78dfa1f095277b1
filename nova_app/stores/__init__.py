"""The browser's state, declared in Python; ``assets/nova/`` keeps it up to date."""

from nova_app.stores.account import AccountStore
from nova_app.stores.composer import ComposerStore
from nova_app.stores.connection import ConnectionStore
from nova_app.stores.conversations import ConversationStore
from nova_app.stores.details import DetailsStore
from nova_app.stores.dialog import DialogStore
from nova_app.stores.errors import ErrorStore
from nova_app.stores.first_run import FirstRunStore
from nova_app.stores.mentions import MentionStore
from nova_app.stores.message_actions import MessageActionStore
from nova_app.stores.messages import MessageStore
from nova_app.stores.posts import PostStore
from nova_app.stores.receipts import ReceiptStore
from nova_app.stores.registration import RegistrationStore
from nova_app.stores.search import SearchStore
from nova_app.stores.settings import SettingsStore
from nova_app.stores.status import StatusStore
from nova_app.stores.versions import VersionStore

STORES = (
    ConnectionStore,
    ConversationStore,
    MessageStore,
    MentionStore,
    ReceiptStore,
    MessageActionStore,
    VersionStore,
    ComposerStore,
    DetailsStore,
    ErrorStore,
    AccountStore,
    DialogStore,
    PostStore,
    SearchStore,
    SettingsStore,
    StatusStore,
    FirstRunStore,
    RegistrationStore,
)

__all__ = [
    "STORES",
    "AccountStore",
    "ComposerStore",
    "ConnectionStore",
    "ConversationStore",
    "DetailsStore",
    "DialogStore",
    "ErrorStore",
    "FirstRunStore",
    "MentionStore",
    "MessageActionStore",
    "MessageStore",
    "PostStore",
    "ReceiptStore",
    "RegistrationStore",
    "SearchStore",
    "SettingsStore",
    "StatusStore",
    "VersionStore",
]

"""The browser's state, declared in Python; ``assets/nova/`` keeps it up to date."""

from nova_app.stores.account import AccountStore
from nova_app.stores.connection import ConnectionStore
from nova_app.stores.conversations import ConversationStore
from nova_app.stores.dialog import DialogStore
from nova_app.stores.errors import ErrorStore
from nova_app.stores.first_run import FirstRunStore
from nova_app.stores.message_actions import MessageActionStore
from nova_app.stores.messages import MessageStore
from nova_app.stores.posts import PostStore
from nova_app.stores.receipts import ReceiptStore
from nova_app.stores.registration import RegistrationStore
from nova_app.stores.search import SearchStore
from nova_app.stores.settings import SettingsStore
from nova_app.stores.status import StatusStore

STORES = (
    ConnectionStore,
    ConversationStore,
    MessageStore,
    ReceiptStore,
    MessageActionStore,
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
    "ConnectionStore",
    "ConversationStore",
    "DialogStore",
    "ErrorStore",
    "FirstRunStore",
    "MessageActionStore",
    "MessageStore",
    "PostStore",
    "ReceiptStore",
    "RegistrationStore",
    "SearchStore",
    "SettingsStore",
    "StatusStore",
]

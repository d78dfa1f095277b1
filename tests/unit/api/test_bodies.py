"""Response models have the fields of the bodies that are sent."""

import msgspec
import pytest

from nova_app.protocol import bodies, event_bodies
from nova_app.schemas.conversations import ConversationResponse, MemberResponse, PersonResponse
from nova_app.schemas.messages import AuthorResponse, MessageResponse
from nova_app.schemas.uploads import SentFileResponse

MODEL_OF = {
    bodies.MessageBody: MessageResponse,
    event_bodies.MembershipBody: MemberResponse,
    bodies.PersonBody: AuthorResponse,
    bodies.MemberBody: PersonResponse,
    bodies.SummaryBody: ConversationResponse,
    bodies.FileBody: SentFileResponse,
}


@pytest.mark.parametrize("body", MODEL_OF, ids=lambda body: body.__name__)
def test_a_response_has_the_fields_of_its_body(body):
    assert [field.name for field in msgspec.structs.fields(body)] == list(MODEL_OF[body].model_fields)

// What the budget of "connection and errors" counts: everything but messages, drafts and account.

export { createApi } from "../../assets/nova/http/api.js";
export { watchLife } from "../../assets/nova/connection/page_lifecycle.js";
export { Errors } from "../../assets/nova/errors/error_center.js";
export { Pages } from "../../assets/nova/connection/reflex_socket.js";
export { Connection } from "../../assets/nova/connection/connection.js";
export { Status } from "../../assets/nova/connection/connection_view.js";
export { createStore } from "../../assets/nova/base/store.js";

// What the budget of "connection and errors" counts: everything but messages, drafts and account.

export { createApi } from "../../assets/nova/api.js";
export { watchLife } from "../../assets/nova/life.js";
export { Errors } from "../../assets/nova/errors.js";
export { Pages } from "../../assets/nova/pages.js";
export { Connection } from "../../assets/nova/socket.js";
export { Status } from "../../assets/nova/status.js";
export { createStore } from "../../assets/nova/store.js";

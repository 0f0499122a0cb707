/** Schemes of addresses that a link in a `formatted_body` may lead to (client-server API, "m.room.message msgtypes"). */
export const SCHEMES = ["https", "http", "ftp", "mailto", "magnet"];
/** Is it such an address? */
export const LINK = new RegExp(`^(?:${SCHEMES.join("|")}):`, "i");

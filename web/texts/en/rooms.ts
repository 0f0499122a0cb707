export const rooms = {
  heading: "Export rooms",
  lead: "Choose the rooms to take with you. Each becomes one ZIP file that anybody can verify and read.",
  search: "Search rooms",
  list: "Your rooms",
  none: "You are in no room yet.",
  noMatch: (query: string) => `No room matches “${query}”.`,
  members: (count: number) => (count === 1 ? "1 member" : `${String(count)} members`),
  active: (when: string) => `active ${when}`,
  encrypted: "encrypted",
  space: "space",
  exportSpace: "Export space",
  exportSpaceOf: (name: string) => `Export space ${name} with its rooms`,
  inSpace: (selected: number, count: number) =>
    selected === 0
      ? count === 1
        ? "1 room below"
        : `${String(count)} rooms below`
      : `${String(selected)} of ${String(count)} below selected`,
  unnamed: "Room without a name",
  with: (names: string) => `With ${names}`,
  selected: (count: number) =>
    count === 0 ? "No room selected" : count === 1 ? "1 room selected" : `${String(count)} rooms selected`,
  clear: "Clear selection",
  options: "Options",
  since: "From",
  until: "To, inclusive",
  zone: (zone: string) => `Days in your time zone, ${zone}`,
  media: "With images and files",
  viewer: "With a page to read it in a browser",
  submit: (count: number) => (count > 1 ? `Export ${String(count)} rooms` : "Export"),
  starting: "Starting …",
  started: "Started exports",
  refused: (room: string) => `${room} cannot be exported`,
  datesWrong: "The first day is after the last.",
};

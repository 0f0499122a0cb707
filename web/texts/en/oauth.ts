export const oauth = {
  lead: (server: string) => `With your account on ${server}. You sign in on a page of that server, and come back here.`,
  submit: (server: string) => `Continue with ${server}`,
  denied: "You were not signed in: the sign-in was cancelled.",
};

export const drop = {
  several: "Drop one file at a time. Of several nothing was taken.",
  folder: (name: string) => `${name} is a folder. Pack it into a ZIP, and drop that.`,
  empty: (name: string) => `${name} is empty: it has 0 bytes.`,
};

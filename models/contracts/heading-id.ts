/** Where a heading of a page is: as GitHub names it, so that one link fits there and on our own page. */
export const headingId = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')

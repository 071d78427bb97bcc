/** What the pages say about this shop: what of it is real. */
export function describeMusicShop() {
  return {
    title: 'A record shop, simulated',
    notice:
      'Artists, titles, genres and tracks are real. Everything else is simulated: formats, prices, costs, stock, ' +
      'shoppers and all that they do.',
    attribution:
      'Catalogue: the Chinook Database, copyright (c) 2008-2024 Luis Rocha, used under its MIT-style licence. ' +
      'Invented by a seeded program: editions, prices, stock, customers, orders, rentals, visits.',
    search_examples: 'iron maiden, jazz, season'
  }
}

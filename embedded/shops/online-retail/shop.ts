/** What the pages say about this shop: where its data comes from, and what of it is not as it was. */
export function describeShop(moved_days: number) {
  const moved =
    moved_days === 0
      ? 'Dates are the original ones, December 2010 to December 2011.'
      : `Every date is moved by ${moved_days / 7} whole weeks, so that the year ends on ${lastDay(moved_days)}.`
  return {
    title: 'A real shop’s year',
    notice: `${moved} Orders, returns, prices and customers are real; stock on hand, lead times and costs are simulated.`,
    dates_shifted_by_days: moved_days,
    attribution:
      'UCI Online Retail by Daqing Chen, Sai Laing Sain and Kun Guo (2012), licensed CC BY 4.0; turned into events.',
    search_examples: 'lantern, mug, christmas'
  }
}

function lastDay(moved_days: number): string {
  const day = new Date(Date.UTC(2011, 11, 9 + moved_days))
  return day.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
}

/// How many accounts a cabinet may have besides its own (product A8).

export const ADDITIONAL_MOST = 5

// The server's words about clients and requests, in Russian.

/** @type {[RegExp, string][]} */
export const OWN_PROBLEMS = [
  [/^A request that is \w+ can't become/, "Заявка уже в другом состоянии: обновите страницу"],
  [/^Your user belongs to no client's account/, "Ваш пользователь не связан ни с одним клиентом: обратитесь в поддержку"],
];

// Client-Server API, "Web Browser Clients": the headers that let a page of any origin call us. They are safe on every
// answer, because no API of ours rests on cookies or on the address of the caller.

/** As name, value, name, value: the form in which answers carry headers. */
export const corsHeaders: readonly string[] = [
  'Access-Control-Allow-Origin',
  '*',
  'Access-Control-Allow-Methods',
  'GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS',
  'Access-Control-Allow-Headers',
  'X-Requested-With, Content-Type, Authorization',
];

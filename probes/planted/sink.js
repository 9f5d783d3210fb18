/** The worker beside a party that big messages are sent to. It never looks at one, so that nobody reads what was cloned. */
export {};

/// Whom to call when not even the gateway answers; everything else of the retailer comes from the API.

export const SUPPORT_PHONE = '(4842) 701-838'
export const SUPPORT_TEL = '+74842701838'
export const SUPPORT_EMAIL = 'support@ksk.kaluga.ru'

/// What was typed into the registration, for as long as the page is open: «Изменить адрес» comes back to it.

export const draft = { account: '', address: '', email: '', phone: '' }

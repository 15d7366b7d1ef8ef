/// The device's own way of knowing its owner (fingerprint, face): WebAuthn, in the shapes that the server speaks.
import { api, got } from '../api/client'

/** Can this browser ask the device who holds it? */
export async function biometricsPossible(): Promise<boolean> {
  try {
    return 'parseCreationOptionsFromJSON' in PublicKeyCredential && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable())
  } catch {
    return false
  }
}

/** Let this device's owner, who knows its PIN, open the cabinet; throws a DOMException when the person or the device declines. */
export async function switchOn(pin: string): Promise<void> {
  const { ticket, options } = await got(api.POST('/api/v1/me/device/biometrics/options'))
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON)
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
  await got(api.PUT('/api/v1/me/device/biometrics', { body: { pin, ticket, credential: made.toJSON() as never } }))
}

/** The device's word that its owner is there, as sign-in wants it; `given` takes the question back. */
export async function ownersWord(device: string, given: AbortSignal) {
  const { ticket, options } = await got(api.POST('/api/v1/sessions/biometrics/options', { body: { device } }))
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON)
  const found = (await navigator.credentials.get({ publicKey, signal: given })) as PublicKeyCredential
  return { device, ticket, credential: found.toJSON() as never }
}

/** The person pressed «Отмена», waited too long or was not recognised: nothing is broken. */
export function declined(error: unknown): boolean {
  return error instanceof DOMException
}

/// What this device may open the cabinet with: its id, whether it has a PIN; its key is in deviceKey.

export interface Device {
  id: string
  /** Shown on the unlock page: whose cabinet this is. */
  account: string
  pin: boolean
  biometrics: boolean
}

export const KEY = 'svet.device'

export function knownDevice(): Device | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Device | null
  } catch {
    return null
  }
}

export function keepDevice(device: Device): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(device))
  } catch {
    // A browser that keeps nothing has no PIN.
  }
}

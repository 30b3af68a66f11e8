// Forms with files: limits are checked before anything is sent, each file shows how far it is, sending can be stopped
// and tried again, and what was chosen and typed stays on the page.
import { follow, isFailure, losesForm, read, refusal, show } from './answers.js'
import { dismiss, notify, say } from './words.js'

const MB = 1024 * 1024

// Returns a size in words, rounded up so that a file over the limit never looks within it.
const sizeOf = (bytes) => (bytes < MB ? `${Math.ceil(bytes / 1024)} KB` : `${Math.ceil((bytes / MB) * 10) / 10} MB`)

function watch(form) {
  const input = form.querySelector('input[type=file]')
  if (!input) return
  const sending = new Sending(form, input)
  input.addEventListener('change', () => sending.choose())
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    sending.send()
  })
}

// The files of a form and the request that sends them.
class Sending {
  constructor(form, input) {
    this.form = form
    this.input = input
    this.request = null
    this.list = document.createElement('ul')
    this.list.className = 'govuk-list sent-files'
    input.after(this.list)
  }

  get files() {
    return [...this.input.files]
  }

  // Returns what is wrong with the chosen files: the limits stand on the file field.
  faults() {
    const { maxFileBytes, maxFiles, maxFormBytes } = this.input.dataset
    const found = this.files
      .filter((file) => maxFileBytes && file.size > Number(maxFileBytes))
      .map((file) => say('fileTooLarge', { file: file.name, size: sizeOf(file.size), limit: sizeOf(maxFileBytes) }))
    const empty = this.files.filter((file) => file.size === 0).map((file) => say('fileEmpty', { file: file.name }))
    found.push(...empty)
    if (maxFiles && this.files.length > Number(maxFiles)) found.push(say('filesTooMany', { limit: maxFiles, number: this.files.length }))
    const total = this.files.reduce((sum, file) => sum + file.size, 0)
    if (maxFormBytes && total > Number(maxFormBytes)) {
      found.push(say('filesTooLarge', { size: sizeOf(total), limit: sizeOf(maxFormBytes) }))
    }
    return found
  }

  // Says that what was entered, and the files if there are any, are still on the page.
  kept() {
    return say(this.files.length > 0 ? 'offlineFiles' : 'offlineSays')
  }

  // Lists the chosen files, each with a button that leaves it out.
  choose() {
    this.list.replaceChildren(...this.files.map((file) => this.row(file)))
    this.check()
  }

  check() {
    const faults = this.faults()
    if (faults.length > 0) notify(this.form, say('filesTitle'), faults)
    else dismiss(this.form)
    return faults.length === 0
  }

  row(file) {
    const row = document.createElement('li')
    const name = row.appendChild(document.createElement('span'))
    name.textContent = `${file.name} (${sizeOf(file.size)})`
    const bar = row.appendChild(document.createElement('progress'))
    bar.max = Math.max(file.size, 1)
    bar.value = 0
    bar.hidden = true
    bar.setAttribute('aria-label', file.name)
    const remove = row.appendChild(document.createElement('button'))
    remove.type = 'button'
    remove.className = 'link'
    remove.textContent = say('fileRemove')
    const hidden = remove.appendChild(document.createElement('span'))
    hidden.className = 'govuk-visually-hidden'
    hidden.textContent = ` ${file.name}`
    remove.addEventListener('click', () => this.leaveOut(file))
    return row
  }

  // Leaves a file out; while sending, this stops the request.
  leaveOut(file) {
    this.request?.abort()
    const kept = new DataTransfer()
    this.files.filter((other) => other !== file).forEach((other) => kept.items.add(other))
    this.input.files = kept.files
    this.choose()
    this.input.focus()
  }

  send() {
    if (this.request || !this.check()) return
    const request = new XMLHttpRequest()
    this.request = request
    request.open('POST', this.form.action)
    // The server answers a script with the address of the next page instead of leading it there.
    request.setRequestHeader('HX-Request', 'true')
    request.responseType = 'text'
    request.upload.addEventListener('progress', (event) => this.show(event))
    request.addEventListener('load', () => this.answer(request))
    request.addEventListener('error', () => this.fail(say('offlineTitle'), [this.kept()]))
    request.addEventListener('abort', () => this.fail(say('stoppedTitle'), [say('stoppedSays')]))
    this.busy(true)
    request.send(new FormData(this.form))
  }

  // Shows how far each file is: they are sent one after the other, after the fields.
  show(event) {
    let left = event.loaded - Math.max(0, event.total - this.files.reduce((sum, file) => sum + file.size, 0))
    for (const bar of this.list.querySelectorAll('progress')) {
      bar.hidden = false
      bar.value = Math.max(0, Math.min(bar.max, left))
      left -= bar.max
    }
  }

  // Puts the buttons into the state of sending or of waiting.
  busy(isBusy) {
    this.form.setAttribute('aria-busy', String(isBusy))
    const button = this.form.querySelector('button[type=submit]')
    button.disabled = isBusy
    this.stop?.remove()
    if (!isBusy) return
    this.stop = document.createElement('button')
    Object.assign(this.stop, { type: 'button', className: 'govuk-button govuk-button--secondary', textContent: say('fileStop') })
    this.stop.dataset.stop = ''
    this.stop.addEventListener('click', () => this.request?.abort())
    button.after(this.stop)
  }

  fail(title, lines, link) {
    this.request = null
    this.busy(false)
    this.form.querySelector('button[type=submit]').textContent = say('fileRetry')
    notify(this.form, title, lines, link)
  }

  async answer(request) {
    const next = request.getResponseHeader('HX-Redirect')
    // The session ended, or another one began in this browser meanwhile.
    if (next?.startsWith('/sign-in') || (next?.includes('kept=') && !next.includes('&answer'))) {
      this.fail(say('endedTitle'), [say('endedSays')], { href: '/sign-in', text: say('endedLink') })
      this.sendKept(decodeURIComponent(next).match(/[?&]kept=([\w-]+)/)?.[1])
      this.form.addEventListener('submit', (event) => this.renew(event), { capture: true, once: true })
    } else if (next) {
      this.request = null
      follow(this.form, next)
    } else if (!isFailure(request.status) && losesForm(this.form, read(request.responseText), request.status < 300)) {
      const [title, reasons, link] = refusal(read(request.responseText))
      this.fail(title ?? say('failedTitle'), [...reasons, say('refusedSays')], link)
    } else if (isFailure(request.status) || !show(request.responseText)) {
      this.fail(say('failedTitle'), [this.kept()])
    }
  }

  // Names the form that the server kept meanwhile, so that it is gone once this one is sent.
  sendKept(id) {
    const field = this.form.elements.kept_form ?? this.form.appendChild(document.createElement('input'))
    Object.assign(field, { type: 'hidden', name: 'kept_form', value: id ?? field.value })
  }

  // Takes the token of the new session before the form is sent again; its key stays, so that nothing is done twice.
  async renew(event) {
    event.preventDefault()
    event.stopImmediatePropagation()
    const text = await fetch(location.href).then((answer) => answer.text(), () => '')
    const page = new DOMParser().parseFromString(text, 'text/html')
    const fresh = page.querySelector('form[data-upload] input[name=form]')?.value
    if (fresh) this.form.elements.form.value = fresh
    this.send()
  }
}

document.querySelectorAll('form[data-upload]').forEach(watch)
document.addEventListener('luyue:swap', () => document.querySelectorAll('form[data-upload]').forEach(watch))

// Answers to forms that a script sends: the page stays, so that what was typed stays too, and no answer to a POST is in
// the browser's history. Pages are never stored (`no-store`), so Back to such an answer would be an error of the browser.

// Leads to the next page; also where it is this page at another place, which is then read anew.
export function follow(form, address) {
  form.dispatchEvent(new Event('sent', { bubbles: true }))
  const next = new URL(address, location.href)
  if (next.hash && next.pathname === location.pathname && next.search === location.search) {
    history.replaceState(null, '', next)
    location.reload()
  } else {
    location.assign(next)
  }
}

// Shows the server's page in place of this one. Returns false for an answer that is no page.
export function show(text) {
  const page = new DOMParser().parseFromString(text, 'text/html')
  const main = page.getElementById('main')
  if (!main) return false
  document.getElementById('main').replaceWith(document.adoptNode(main))
  document.title = page.title
  document.dispatchEvent(new Event('luyue:swap'))
  ;(main.querySelector('.govuk-error-summary') ?? main).focus()
  scrollTo(0, 0)
  return true
}

// Returns whether the server could not take a form, so that it may be sent again.
export const isFailure = (status) => status >= 500 || status === 429 || status === 408

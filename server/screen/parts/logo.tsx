// The crossroads that the product is named after.
export function Logo() {
  return (
    <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0c63b8" />
      <path d="M13 4h6v9h9v6h-9v9h-6v-9H4v-6h9z" fill="#fff" />
      <circle cx="16" cy="16" r="3.4" fill="#f5b301" />
    </svg>
  );
}

"""What the service is compared with: small programs, each fair and plain."""

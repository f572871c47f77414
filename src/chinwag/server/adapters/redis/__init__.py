"""What nodes share in Redis or Valkey: sessions, signals, meters. All of it may be lost."""

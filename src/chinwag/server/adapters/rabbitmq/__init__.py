"""The broker on RabbitMQ: parcels between nodes, and the timing and distribution of jobs."""

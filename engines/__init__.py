"""PostgreSQL, RabbitMQ, Redis and HAProxy from the programs of this machine, on free loopback
ports, with data that is thrown away. For tests, measurements and `make cluster`.

An `Engine` can be started, stopped, killed, frozen and started again on the same port with the same
data. Whatever this process started ends with it, even if it is killed (`engines.keeper`).
"""

#!/bin/sh
# Packages must not start their services while an image is built; supervisord starts what an instance runs.
exit 101

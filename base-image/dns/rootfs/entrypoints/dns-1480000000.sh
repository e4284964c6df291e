#!/bin/sh
# Makes named's configuration and the arbiter's key from what dockerops put in.
exec /usr/bin/python3 -IS -c '
import sys
sys.path.append("/usr/local/lib/dockerops/python")
from dockerops_dns.prepare import main
sys.exit(main())
'

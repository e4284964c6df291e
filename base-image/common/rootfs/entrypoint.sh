#!/usr/bin/env -S --block-signal=CHLD,HUP,INT,QUIT,TERM,USR1,USR2,WINCH /usr/bin/python3 -I
# Python, under the name that Dockerfiles know. A module of its own is loaded compiled.
from dockerops_entrypoint import main
main()

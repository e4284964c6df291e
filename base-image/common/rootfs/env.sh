# For scripts that need the variables of the instance and do not have them, such as cron jobs: . /env.sh
if [ -r /run/dockerops/env.sh ]; then . /run/dockerops/env.sh; fi

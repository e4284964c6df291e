# A login has the PATH of the container, not the one of /etc/profile.
if [ -n "${DOCKEROPS_LOGIN_PATH-}" ]; then
    PATH=$DOCKEROPS_LOGIN_PATH
    unset DOCKEROPS_LOGIN_PATH
fi

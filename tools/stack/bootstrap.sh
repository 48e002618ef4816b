# Shell part of tools/*: a Python with everything installed in var/venv, and apt packages where allowed.
# Source it; afterwards $root is the checkout, $venv_python the interpreter.

# A relative PAYLATER_VAR means the caller's folder.
if [ -n "${PAYLATER_VAR:-}" ]; then
    case "$PAYLATER_VAR" in /*) ;; *) PAYLATER_VAR="$PWD/$PAYLATER_VAR" ;; esac
    export PAYLATER_VAR
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
venv="$root/var/venv"
venv_python="$venv/bin/python"

# Say which step failed, why, and what to do; stop.
fail() {
    printf '\nFailed: %s: %s\nWhat to do: %s\n' "$1" "$2" "$3" >&2
    exit 1
}

# Install the apt packages that are missing, given as program=package; as root or through sudo, else name them and stop.
need_programs() {
    local missing=() pair
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

install_packages() {
    local as=() log="$root/var/log/apt.log"
    mkdir -p "$root/var/log"
    command -v apt-get >/dev/null || fail "Installing packages" "this machine has no apt" "install: $*"
    if [ "$(id -u)" -ne 0 ]; then
        { command -v sudo >/dev/null && sudo -n true 2>/dev/null; } ||
            fail "Installing packages" "it needs root" "run: sudo apt-get install $*"
        as=(sudo -n)
    fi
    echo "  Installing packages: $* ..."
    if ! { "${as[@]}" apt-get update -q && "${as[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "$@"; } >>"$log" 2>&1; then
        fail "Installing packages" "$(grep -a '^E:' "$log" | tail -n 2)" "see $log; install by hand: $*"
    fi
}

# The first Python that is new enough.
find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11 python3.14; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

# Make var/venv and install the product with the extras named ("phone,test") when setup.cfg has changed since.
need_venv() {
    local extras=$1 python state stamp log="$root/var/log/pip.log"
    mkdir -p "$root/var/log"
    exec 9>"$root/var/venv.lock"
    if command -v flock >/dev/null; then flock 9; fi
    has_postgres || extras="$extras,postgres"
    state=$(cat setup.cfg pyproject.toml <(echo "$root") | sha256sum | cut -c1-32)
    stamp="$venv/.installed"
    if [ ! -x "$venv_python" ]; then
        python=$(find_python)
        [ -n "$python" ] || fail "Finding Python" "there is no Python 3.11 or newer" "apt-get install python3"
        "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
        echo "  Making the virtual environment ($("$python" --version)) ..."
        "$python" -m venv "$venv" >>"$log" 2>&1 || fail "Making the virtual environment" "$(tail -n 1 "$log")" "see $log"
    fi
    if ! installed "$state" "$extras" "$stamp"; then
        echo "  Installing Python packages (${extras//,/, }) ..."
        "$venv_python" -m pip install -q --disable-pip-version-check -e ".[$extras]" >>"$log" 2>&1 ||
            fail "Installing Python packages" "$(grep -a ERROR "$log" | tail -n 2)" "see $log; check the network, try again"
        { [ -f "$stamp" ] && grep "^$state " "$stamp"; printf '%s %s\n' "$state" "${extras//,/ }"; } >"$stamp.new" || true
        mv "$stamp.new" "$stamp"
    fi
    exec 9>&-
}

# Whether each extra was installed for this state of setup.cfg.
installed() {
    local state=$1 extra
    [ -f "$3" ] || return 1
    for extra in ${2//,/ }; do
        grep "^$state " "$3" | grep -qw -- "$extra" || return 1
    done
}

# Whether PostgreSQL 15 or newer is installed.
has_postgres() {
    local path version
    [ -n "${PAYLATER_DATABASE_DSN:-}" ] && return 0
    for path in /usr/lib/postgresql/*/bin/postgres; do
        version=${path#/usr/lib/postgresql/}
        if [ -x "$path" ] && [ "${version%%/*}" -ge 15 ] 2>/dev/null; then return 0; fi
    done
    return 1
}

# Install the browser's packages and bundle them into widget/vendor when the lock or the bundling has changed since.
need_widget() {
    local state stamp="$root/widget/vendor/.made" log="$root/var/log/npm.log"
    state=$(cd widget && cat package-lock.json build/vendor.js build/packages/* | sha256sum | cut -c1-32)
    [ "$(cat "$stamp" 2>/dev/null)" = "$state" ] && [ -d widget/node_modules ] && return
    need_programs node=nodejs npm=npm
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' ||
        fail "Finding Node.js" "$(node --version) is too old" "install Node.js 18 or newer and start again"
    mkdir -p "$root/var/log"
    exec 9>"$root/var/widget.lock"
    if command -v flock >/dev/null; then flock 9; fi
    if [ "$(cat "$stamp" 2>/dev/null)" != "$state" ]; then
        echo "  Installing the browser's packages ..."
        { (cd widget && npm ci --no-audit --no-fund --ignore-scripts) && npm --prefix widget run --silent vendor; } \
            >"$log" 2>&1 ||
            fail "Installing the browser's packages" "$(tail -n 3 "$log")" "see $log; check the network, try again"
        echo "$state" >"$stamp"
    fi
    exec 9>&-
}

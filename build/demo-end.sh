#!/bin/sh
# The last words of the demo: where its sample images are, and how to go on with the README there.
version=$(sed -n "s/^ *ModuleVersion *= *'\(.*\)'.*/\1/p" "$(dirname "$0")/../Diffah.psd1")
cat <<END

The sample images are in out/demo: app-v1.tar, app-v2.tar, and more. The examples of README.md run there, after:

    cd out/demo
    export PATH="\$PWD/../bin:\$PWD/../tools:\$PATH"

Then \`diffah\` is the command line, and \`pwsh\` starts the PowerShell for the module:

  PS> Import-Module ../Diffah/$version/Diffah.psd1
END

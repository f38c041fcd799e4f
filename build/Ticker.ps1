# Dot-sourced by build.ps1: nobody who waits should wonder whether anything still happens.

# Runs a script block, and says every few seconds that it still runs.
function Invoke-Ticking([string] $Text, [scriptblock] $Command) {
    $ticker = [powershell]::Create().AddScript({
            param($text)
            for ($seconds = 4; ; $seconds += 4) {
                Start-Sleep -Seconds 4
                [Console]::Out.WriteLine("  ... $text, $seconds s")
            }
        }).AddArgument($Text)
    $null = $ticker.BeginInvoke()
    try {
        & $Command
    }
    finally {
        $ticker.Stop()
        $ticker.Dispose()
    }
}

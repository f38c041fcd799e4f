# A web hook on a free port of loopback that keeps what is posted to it.

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

# Address is where to post; Received are the bodies so far; Status is what it answers with.
function Start-TestWebHook {
    $hook =
        [hashtable]::Synchronized(@{
            Status = 200
            Received = [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList]::new())
        })
    $hook.Listener, $hook.Address = New-Listener
    $hook.Job = Start-ThreadJob -ScriptBlock {
        $hook = $using:hook
        while ($hook.Listener.IsListening) {
            try { $context = $hook.Listener.GetContext() } catch { break }
            $null = $hook.Received.Add([System.IO.StreamReader]::new($context.Request.InputStream).ReadToEnd())
            $context.Response.StatusCode = $hook.Status
            $context.Response.Close()
        }
    }
    $hook
}

function Stop-TestWebHook($Hook) {
    if (-not $Hook) { return }
    $Hook.Listener.Stop()
    $null = Wait-Job $Hook.Job
    Remove-Job $Hook.Job
}

# A free port may be taken by another before the listener has it; then the next one is tried.
function New-Listener {
    foreach ($try in 1..10) {
        $socket = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $socket.Start()
        $address = "http://127.0.0.1:$($socket.LocalEndpoint.Port)/"
        $socket.Stop()
        $listener = [System.Net.HttpListener]::new()
        $listener.Prefixes.Add($address)
        try { $listener.Start() } catch [System.Net.HttpListenerException] { continue }
        return $listener, $address
    }
    throw 'No port was free.'
}

Export-ModuleMember -Function Start-TestWebHook, Stop-TestWebHook

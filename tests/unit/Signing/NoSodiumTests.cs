using Diffah.Engine.Signing;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Signing;

/// <summary>A machine without libsodium: in a process of its own, since a process finds the library once.</summary>
public sealed class NoSodiumTests : IDisposable
{
    private readonly KeyBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SkippableFact]
    public async Task Keys_with_passphrase_can_not_be_made_and_nothing_is_left()
    {
        Assert.Equal("SodiumUnavailable", await CreateAsync("Passphrase = 'secret'"));
        Assert.Empty(_bench.Entries);
    }

    [SkippableFact]
    public async Task Keys_without_can()
    {
        Assert.Equal("made", await CreateAsync("Overwrite = $true"));
        Assert.Equal(["new.key", "new.pub"], _bench.Entries);
    }

    private async Task<string> CreateAsync(string property)
    {
        var engine = typeof(SodiumLibrary).Assembly.Location;
        var output = await ExternalTool.RunAsync("pwsh", "-NoProfile", "-NonInteractive", "-Command", $$"""
            $env:{{SodiumLibrary.PathVariable}} = '/nonexistent'
            Add-Type -Path '{{engine}}'
            $request = [Diffah.Engine.Operations.CreateKeyPairRequest] @{ PrivateKeyPath = '{{_bench["new.key"]}}'; {{property}} }
            try {
                $null = [Diffah.Engine.Operations.CreateKeyPair]::RunAsync($request, [Diffah.Engine.Diagnostics.EventSink]::None, [Threading.CancellationToken]::None).GetAwaiter().GetResult()
                'made'
            }
            catch { $_.Exception.GetBaseException().Error.Code }
            """);
        return output.Trim();
    }
}

using System.Globalization;
using Diffah.Engine.Diagnostics;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>
/// What keeps containerd's garbage collector from blobs that no image names yet. It is made with the first use, and
/// ends by itself some time after a run that was killed.
/// </summary>
/// <param name="store">Where the blobs go.</param>
internal sealed class ContainerdLease(ContainerdStore store) : IAsyncDisposable
{
    // As long as containerd's own client takes.
    private static readonly TimeSpan Expiry = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _id = $"diffah-{Guid.NewGuid():N}";
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isMade;

    /// <summary>A name for something on its way in that is nobody else's.</summary>
    /// <param name="name">What it is.</param>
    public string NameOf(string name) => $"{_id}-{name}";

    /// <summary>What calls are given whose results the lease is to protect.</summary>
    /// <param name="cancellationToken">Stops the making.</param>
    public async Task<ContainerdScope> UseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_isMade)
                await store.RunAsync("a lease", c => c.CreateLeaseAsync(_id, Labels(), store.Scope, cancellationToken));
            _isMade = true;
        }
        finally
        {
            _gate.Release();
        }
        return store.Scope with { Lease = _id };
    }

    /// <summary>Protects a blob, there or not.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ContainerdScope> ProtectAsync(string digest, CancellationToken cancellationToken)
    {
        var scope = await UseAsync(cancellationToken);
        await store.RunAsync("a lease", c => c.AddToLeaseAsync(_id, digest, store.Scope, cancellationToken));
        return scope;
    }

    /// <summary>Ends the lease.</summary>
    /// <param name="collect">Whether to wait until what nobody else uses is gone.</param>
    public async Task EndAsync(bool collect)
    {
        if (!_isMade)
            return;
        _isMade = false;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await store.RunAsync("a lease", c => c.DeleteLeaseAsync(_id, collect, store.Scope, limit.Token));
        }
        catch (Exception e) when (e is DiffahException or OperationCanceledException)
        {
            // The image is there or not, whatever becomes of the lease, which expires.
        }
    }

    /// <summary>Ends the lease, and waits until what it protected alone is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(collect: true);
        _gate.Dispose();
    }

    private static Dictionary<string, string> Labels() => new()
    {
        ["containerd.io/gc.expire"] =
            (DateTimeOffset.UtcNow + Expiry).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}

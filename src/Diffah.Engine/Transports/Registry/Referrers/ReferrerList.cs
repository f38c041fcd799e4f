using System.Collections.Immutable;
using System.Net;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Api;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Referrers;

/// <summary>
/// Reads what refers to a manifest: by the referrers API, a page at a time, or, where the registry has none, of the
/// index under the fallback tag (distribution spec, "Listing Referrers").
/// </summary>
/// <param name="repository">The repository.</param>
internal sealed class ReferrerList(RegistryRepository repository)
{
    /// <summary>The most that may refer to one manifest.</summary>
    public const int Maximum = 10_000;

    private const int MaximumPages = 100;

    private volatile bool _hasNoApi;

    /// <summary>Lists what refers to a manifest.</summary>
    /// <param name="subject">Digest of the manifest.</param>
    /// <param name="artifactType">Only what is of this type; null is all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async Task<ImmutableArray<Referrer>> ReadAsync(
        Digest subject, string? artifactType, CancellationToken cancellationToken)
    {
        var listed = await TryApiAsync(subject, artifactType, cancellationToken)
            ?? await ReadTagAsync(subject, cancellationToken);
        var found = new List<Referrer>();
        foreach (var referrer in listed.DistinctBy(r => r.Descriptor.Digest))
        {
            // Who filters is told by a header; to look again costs nothing.
            if (await NamedAsync(referrer, cancellationToken) is { } named
                && (artifactType is null || named.ArtifactType == artifactType))
                found.Add(named);
        }
        return [.. found];
    }

    private async Task<List<Referrer>?> TryApiAsync(
        Digest subject, string? artifactType, CancellationToken cancellationToken)
    {
        if (_hasNoApi)
            return null;
        var filter = artifactType is null ? "" : $"?artifactType={Uri.EscapeDataString(artifactType)}";
        var next = (Uri?)repository.Path($"referrers/{subject}{filter}");
        var referrers = new List<Referrer>();
        for (var pages = 0; next is not null; pages++)
        {
            Require(pages < MaximumPages, subject);
            if (await ReadPageAsync(next, subject, cancellationToken) is not { } page)
            {
                // A later page that is not there is a fault of the registry's, not a missing API.
                Require(pages == 0, subject);
                _hasNoApi = true;
                repository.Debug("there is no referrers API; the tag is read.");
                return null;
            }
            referrers.AddRange(page.Index.Referrers);
            Require(referrers.Count <= Maximum, subject);
            next = page.Next;
        }
        return referrers;
    }

    /// <summary>Null where the registry has no referrers API.</summary>
    private Task<ReferrerPage?> ReadPageAsync(Uri page, Digest subject, CancellationToken cancellationToken)
    {
        var what = WhatOf(subject);
        return repository.RunAsync(what, async ct =>
        {
            using var response = await repository.SendAsync(
                new HttpAsk(HttpMethod.Get, page) { Accept = [MediaTypes.OciIndex] },
                RegistryScopes.Pull(repository.Name), ct);
            // Some have another page there, for people.
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                    or HttpStatusCode.NotImplemented
                || (response.IsSuccessStatusCode
                    && response.Content.Headers.ContentType?.MediaType is not MediaTypes.OciIndex))
                return null;
            await repository.RequireAsync(response, HttpStatusCode.OK, ct);
            var bytes = await repository.Client.ReadAsync(response, RawManifest.MaximumSize, what, ct);
            return new ReferrerPage(Parse(bytes, subject), PageLink.Next(repository, response));
        }, cancellationToken);
    }

    private async Task<IEnumerable<Referrer>> ReadTagAsync(Digest subject, CancellationToken cancellationToken)
    {
        var index = await ReadIndexAsync(subject, cancellationToken) ?? ReferrerIndex.Empty;
        Require(index.Referrers.Count() <= Maximum, subject);
        return index.Referrers;
    }

    /// <summary>Reads the index under the fallback tag; null where there is none.</summary>
    /// <param name="subject">Digest of the manifest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ReferrerIndex?> ReadIndexAsync(Digest subject, CancellationToken cancellationToken) =>
        await repository.GetManifestAsync(ReferrerTag.Of(subject), WhatOf(subject), cancellationToken) is { } fetched
            ? Parse(fetched.Bytes, subject)
            : null;

    /// <summary>
    /// An entry that says what it is; one that does not is asked. Null where its manifest is gone.
    /// </summary>
    private async Task<Referrer?> NamedAsync(Referrer referrer, CancellationToken cancellationToken)
    {
        if (referrer.ArtifactType.Length > 0)
            return referrer;
        var (digest, what) = (referrer.Descriptor.Digest, $"manifest {referrer.Descriptor.Digest}");
        if (await repository.GetManifestAsync(digest.ToString(), what, cancellationToken) is not { } fetched)
            return null;
        return fetched.Bytes.Length == referrer.Descriptor.Size && digest.IsOf(fetched.Bytes)
            ? referrer with
            {
                ArtifactType = ManifestSubject.ArtifactTypeOf(
                    new RawManifest(fetched.Bytes, referrer.Descriptor.MediaType, digest)),
            }
            : throw new DiffahException(DiffahErrors.DigestMismatch,
                $"{repository.Client.Host} gave other bytes than {digest}, for a manifest that refers to another.");
    }

    private ReferrerIndex Parse(byte[] bytes, Digest subject)
    {
        try
        {
            return ReferrerIndex.Parse(bytes);
        }
        catch (DiffahException e)
        {
            throw RegistryProtocol.Broken(
                $"{repository.Client.Host} gave a list that is none, for {WhatOf(subject)}: {e.Message}", inner: e);
        }
    }

    private void Require(bool isFine, Digest subject)
    {
        if (!isFine)
            throw RegistryProtocol.Broken(
                $"{repository.Client.Host} lists more than is read ({Maximum}) for {WhatOf(subject)}, or no end of it.");
    }

    private string WhatOf(Digest subject) =>
        $"what refers to {subject} in {repository.Client.Host}/{repository.Name}";

    private sealed record ReferrerPage(ReferrerIndex Index, Uri? Next);
}

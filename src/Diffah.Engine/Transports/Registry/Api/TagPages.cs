using System.Net;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>
/// The tags of a repository, which a registry gives a page at a time (distribution spec, "Listing Tags").
/// </summary>
/// <param name="repository">The repository.</param>
internal sealed class TagPages(RegistryRepository repository)
{
    private const int PageSize = 1000;
    private const int MaximumPages = 10;
    private const int MaximumPageBytes = 1 << 20;

    private readonly string _what = $"the tags of {repository.Client.Host}/{repository.Name}";

    /// <summary>Reads the pages there are, up to a bound.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        var next = (Uri?)repository.Path($"tags/list?n={PageSize}");
        for (var pages = 0; next is not null && pages < MaximumPages; pages++)
        {
            var page = await ReadPageAsync(next, cancellationToken);
            tags.AddRange(page.Tags);
            next = page.Next;
        }
        return tags;
    }

    private Task<(string[] Tags, Uri? Next)> ReadPageAsync(Uri page, CancellationToken cancellationToken) =>
        repository.RunAsync(_what, async ct =>
        {
            using var response = await repository.SendAsync(
                new HttpAsk(HttpMethod.Get, page), RegistryScopes.Pull(repository.Name), ct);
            await repository.RequireAsync(response, HttpStatusCode.OK, ct);
            var bytes = await repository.Client.ReadAsync(response, MaximumPageBytes, _what, ct);
            return (Parse(bytes), PageLink.Next(repository, response));
        }, cancellationToken);

    private string[] Parse(byte[] bytes)
    {
        try
        {
            return [.. OciJson.Array(OciJson.ParseObject(bytes, "list of tags"), "tags", "list of tags")
                .Select(tag => tag.GetString()).OfType<string>().Where(ImageName.IsTag)];
        }
        catch (Exception e) when (e is DiffahException or InvalidOperationException)
        {
            throw RegistryProtocol.Broken(
                $"{repository.Client.Host} gave a list of tags that is none, for {_what}.", inner: e);
        }
    }
}

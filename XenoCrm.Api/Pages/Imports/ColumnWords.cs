using XenoCrm.Core.Imports;

namespace XenoCrm.Api.Pages.Imports;

/// <summary>
/// What a field is called for people, and under what other names files have it. They are guesses for a person to look at: the page
/// proposes them, and the API itself takes only a field's own name.
/// </summary>
internal static class ColumnWords
{
    private static readonly Dictionary<string, FieldWords> OfCustomers = new()
    {
        ["id"] = new(
            "Customer id",
            "customer id, customer no, customer number, client id, user id, member id, account id, kundennummer, kunden id, kunde"),
        ["name"] = new("Name", "full name, customer name, customer, display name, contact, kundenname, nombre, nom"),
        ["firstName"] = new("First name", "given name, forename, vorname, prenom"),
        ["lastName"] = new("Last name", "surname, family name, nachname, familienname, apellido"),
        ["email"] = new(
            "E-mail address", "mail, email address, e-mail address, mail address, emailadresse, e-mail-adresse, correo, courriel"),
        ["phone"] = new(
            "Phone number", "phone number, telephone, tel, mobile, mobile number, mobile phone, cell, cell phone, telefon, handy, "
                + "mobilnummer, telefonnummer, whatsapp"),
        ["city"] = new("City", "town, place, ort, stadt, wohnort, ciudad, ville, billing city, shipping city"),
        ["country"] = new("Country", "nation, land, staat, pais, pays, country code, billing country, shipping country"),
        ["tags"] = new("Tags", "tag, labels, label, groups, group, categories, segments"),
        ["createdAt"] = new(
            "Customer since", "created, created on, date created, created date, registered, registered at, registration date, joined, "
                + "signup date, sign up date, member since, customer since, kunde seit, angelegt am, registriert am"),
        ["timeZone"] = new("Time zone", "timezone, time zone, tz, iana time zone, zeitzone, fuseau horaire, zona horaria"),
        ["unsubscribed"] = new("Unsubscribed", "opted out, opt out, optout, no mail, no mailing, abgemeldet"),
    };

    private static readonly Dictionary<string, FieldWords> OfOrders = new()
    {
        ["id"] = new(
            "Order id", "order id, order no, order number, order, invoice, invoice no, invoice number, transaction id, receipt no, "
                + "bestellnummer, bestellnr, auftragsnummer, rechnungsnummer"),
        ["customerId"] = new(
            "Customer id", "customer, customer no, customer number, client id, user id, member id, kundennummer, kunden id, kunde"),
        ["customerEmail"] = new("Customer’s e-mail address", "email, e-mail, mail, email address, customer e-mail, emailadresse"),
        ["amount"] = new(
            "Amount", "total, order total, total amount, grand total, price, value, sum, net amount, revenue, betrag, summe, "
                + "gesamtbetrag, preis, umsatz"),
        ["placedAt"] = new(
            "Placed at", "date, order date, ordered at, ordered on, created at, created, purchase date, purchased at, transaction date, "
                + "invoice date, time, timestamp, datum, bestelldatum, kaufdatum, rechnungsdatum"),
        ["items"] = new("Items", "line items, products, positions, artikel"),
        ["refundOf"] = new("Refund of order", "refunded order, original order, storno von"),
    };

    /// <summary>One that has no words yet goes by its own name.</summary>
    public static FieldWords Of(ImportKind kind, string field) =>
        kind == ImportKind.Suppressions ? new FieldWords(field == "address" ? "Address" : "Reason", "")
        : (kind == ImportKind.Customers ? OfCustomers : OfOrders).GetValueOrDefault(field) ?? new FieldWords(field, "");

    internal static bool Knows(ImportKind kind, string field) =>
        (kind == ImportKind.Customers ? OfCustomers : OfOrders).ContainsKey(field);
}

/// <param name="Label">For people.</param>
/// <param name="Others">Its other names, with commas between them.</param>
internal sealed record FieldWords(string Label, string Others);
